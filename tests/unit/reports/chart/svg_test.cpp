// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/svg.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/chart_gallery.h"

using namespace assay::chart;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Empty when every element is closed in its order and no '<' or '&' stands alone; else what is wrong, where.
std::string malformed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const auto c = static_cast<unsigned char>(xml[at]);
    if (c < 0x20 && c != '\n') return "control character at " + std::to_string(at);
    if (c == '&' && xml.find(';', at) > at + 6) return "bare & at " + std::to_string(at);
    if (c != '<') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "tag without end at " + std::to_string(at);
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (count(tag, "\"") % 2 != 0) return "odd quotes in " + tag;
    const std::string name =
        tag.substr(tag.starts_with('/') ? 1 : 0, tag.find_first_of(" /", 1) - (tag.starts_with('/') ? 1 : 0));
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "</" + name + "> closes another";
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

}  // namespace

TEST_CASE("every picture is well-formed, without scripts, links and foreign content") {
  for (const GalleryPicture& picture : chart_gallery()) {
    const std::string text = svg(picture.draw({}));
    INFO(picture.name);
    CHECK(malformed(text) == "");
    CHECK(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    for (const char* forbidden : {"<script", "href", "<foreignObject", "<image", "@import", "<!", "onload"}) {
      INFO(forbidden);
      CHECK(text.find(forbidden) == std::string::npos);
    }
    CHECK(count(text, "http") == 1);
  }
}

TEST_CASE("whatever a label holds comes out as text") {
  Scene scene;
  scene.width = scene.height = 100;
  scene.title = "</title><script>x</script>";
  scene.description = "\"'&";
  Group& group = scene.group("g");
  group.items.push_back({Text{{1, 2}, "a<b>&\"c\"\x01", Anchor::end}, "tip & <i>", "id\" onload=\"x"});
  const std::string text = svg(scene);
  CHECK(malformed(text) == "");
  CHECK(text.find("<title id=\"chart-title\">&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;</title>") !=
        std::string::npos);
  CHECK(text.find("<desc id=\"chart-desc\">&quot;&#39;&amp;</desc>") != std::string::npos);
  CHECK(text.find("<text class=\"foreground\" x=\"1\" y=\"5.85\" font-size=\"11\" text-anchor=\"end\" "
                  "data-id=\"id&quot; onload=&quot;x\"><title>tip &amp; "
                  "&lt;i&gt;</title>a&lt;b&gt;&amp;&quot;c&quot;\uFFFD</text>") != std::string::npos);
}

TEST_CASE("people who cannot see the picture have its words") {
  const std::string text = svg(chart_gallery()[0].draw({}));
  CHECK(text.find("role=\"img\"") != std::string::npos);
  CHECK(text.find("aria-labelledby=\"chart-title chart-desc\"") != std::string::npos);
  CHECK(text.find("<title>llm.softmax/simd: 0.625 op/B, 5.2 Gop/s</title>") != std::string::npos);
  CHECK(text.find("<desc id=\"chart-desc\">Roofline: L1 230 GB/s, L2 88 GB/s") != std::string::npos);
}

TEST_CASE("a theme that is asked for stands without variables; else the reader's preference decides") {
  const std::string light = svg_style(SvgOptions::Colours::light);
  const std::string dark = svg_style(SvgOptions::Colours::dark);
  const std::string automatic = svg_style(SvgOptions::Colours::automatic);
  CHECK(light.find("var(") == std::string::npos);
  CHECK(light.find(".chart .foreground{color:#1f2328}") != std::string::npos);
  CHECK(dark.find(".chart .foreground{color:#e6edf3}") != std::string::npos);
  CHECK(automatic.find(".chart .foreground{color:#1f2328;color:var(--chart-foreground)}") !=
        std::string::npos);
  CHECK(automatic.find("@media (prefers-color-scheme:dark){:root{--chart-foreground:#e6edf3") !=
        std::string::npos);
}

TEST_CASE("pictures on one page do not share ids, and one style serves all") {
  const Scene scene = chart_gallery()[0].draw({});
  SvgOptions options;
  options.prefix = "c2\" x=\"";
  options.style = false;
  options.ground = false;
  const std::string text = svg(scene, options);
  CHECK(text.find("id=\"c2x-title\"") != std::string::npos);
  CHECK(text.find("url(#c2x-clip1)") != std::string::npos);
  CHECK(text.find("<style>") == std::string::npos);
}

TEST_CASE("coordinates are short, whole or to a hundredth, and never NaN") {
  Scene scene;
  scene.width = scene.height = 10;
  scene.group("g").items.push_back(
      {Polyline{{{1.0 / 3, 0.1 + 0.2}, {-0.0001, NAN}, {1e300, 2}}, Role::bad, 1, Dash::dotted}, "", ""});
  CHECK(svg(scene).find(
            "<polyline class=\"l bad\" points=\"0.33,0.3 0,0 1000000,2\" stroke-dasharray=\"0.1 2.2\"/>") !=
        std::string::npos);
}

TEST_CASE("a million points make a small picture") {
  for (const GalleryPicture& picture : chart_gallery()) {
    INFO(picture.name);
    CHECK(svg(picture.draw({1200, 600})).size() < 90'000);
  }
}

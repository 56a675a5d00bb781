// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/chart/label.h"
#include "reports/chart/number.h"

namespace assay::chart {
namespace {

constexpr std::array<std::string_view, role_count> names = {
    "foreground", "muted", "grid", "background", "band", "accent", "good", "bad",
    "s1",         "s2",    "s3",   "s4",         "s5",   "s6",     "s7",   "s8"};

std::string name_of(Role role) { return std::string(names[static_cast<std::size_t>(role)]); }

/// Coordinates to a hundredth of a point.
std::string number(double value) {
  if (!std::isfinite(value)) value = 0;
  std::string text = fixed(std::clamp(value, -1e6, 1e6), 2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string points(const std::vector<Point>& list) {
  std::string text;
  for (const Point& p : list) text += (text.empty() ? "" : " ") + number(p.x) + "," + number(p.y);
  return text;
}

std::string attribute(std::string_view name, const std::string& value) {
  return " " + std::string(name) + "=\"" + value + "\"";
}

std::string opacity(double value) { return value >= 1 ? "" : attribute("fill-opacity", number(value)); }

std::string dashes(Dash dash, double width) {
  if (dash == Dash::solid) return "";
  return attribute("stroke-dasharray", dash == Dash::dashed ? number(4 * width) + " " + number(2.5 * width)
                                                            : number(0.1) + " " + number(2.2 * width));
}

/// Element without its closing bracket: "<rect ...".
struct Drawing {
  std::string operator()(const Rectangle& r) const {
    return "<rect" + attribute("class", name_of(r.fill)) + attribute("x", number(r.box.x)) +
           attribute("y", number(r.box.y)) + attribute("width", number(std::max(0.0, r.box.width))) +
           attribute("height", number(std::max(0.0, r.box.height))) + opacity(r.opacity);
  }
  std::string operator()(const Polyline& l) const {
    return "<polyline" + attribute("class", "l " + name_of(l.stroke)) +
           attribute("points", points(l.points)) +
           (l.width == 1 ? "" : attribute("stroke-width", number(l.width))) + dashes(l.dash, l.width);
  }
  std::string operator()(const Polygon& p) const {
    return "<polygon" + attribute("class", name_of(p.fill)) + attribute("points", points(p.points)) +
           opacity(p.opacity);
  }
  std::string operator()(const Marker& m) const {
    const double r = m.size / 2;
    const double x = m.at.x;
    const double y = m.at.y;
    const std::string role = name_of(m.fill);
    const auto polygon = [&](const std::vector<Point>& corners) {
      return "<polygon" + attribute("class", "m " + role) + attribute("points", points(corners));
    };
    const auto strokes = [&](const std::string& path) {
      return "<path" + attribute("class", "l " + role) + attribute("stroke-width", "2") +
             attribute("d", path);
    };
    const auto at = [&](double dx, double dy) { return number(x + dx) + "," + number(y + dy); };
    switch (m.shape) {
      case Shape::square:
        return polygon({{x - r * 0.9, y - r * 0.9},
                        {x + r * 0.9, y - r * 0.9},
                        {x + r * 0.9, y + r * 0.9},
                        {x - r * 0.9, y + r * 0.9}});
      case Shape::triangle:
        return polygon({{x, y - r * 1.2}, {x + r * 1.15, y + r * 0.85}, {x - r * 1.15, y + r * 0.85}});
      case Shape::triangle_down:
        return polygon({{x, y + r * 1.2}, {x - r * 1.15, y - r * 0.85}, {x + r * 1.15, y - r * 0.85}});
      case Shape::diamond:
        return polygon({{x, y - r * 1.25}, {x + r * 1.25, y}, {x, y + r * 1.25}, {x - r * 1.25, y}});
      case Shape::cross:
        return strokes("M" + at(-r * 0.85, -r * 0.85) + "L" + at(r * 0.85, r * 0.85) + "M" +
                       at(-r * 0.85, r * 0.85) + "L" + at(r * 0.85, -r * 0.85));
      case Shape::plus:
        return strokes("M" + at(-r, 0) + "L" + at(r, 0) + "M" + at(0, -r) + "L" + at(0, r));
      case Shape::ring:
        return "<circle" + attribute("class", "l " + role) + attribute("stroke-width", "2") +
               attribute("cx", number(x)) + attribute("cy", number(y)) + attribute("r", number(r - 0.5));
      case Shape::circle:
        break;
    }
    return "<circle" + attribute("class", "m " + role) + attribute("cx", number(x)) +
           attribute("cy", number(y)) + attribute("r", number(r));
  }
  std::string operator()(const Text& t) const {
    std::string classes = name_of(t.fill);
    if (t.bold) classes += " b";
    if (t.halo) classes += " h";
    // `at` is the middle of the line; baselines lie about 0.35 em below it. (Not by dy: some readers lose it
    // to <title>.)
    std::string text = "<text" + attribute("class", classes) + attribute("x", number(t.at.x)) +
                       attribute("y", number(t.at.y + t.size * 0.35)) +
                       attribute("font-size", number(t.size));
    if (t.anchor != Anchor::start)
      text += attribute("text-anchor", t.anchor == Anchor::middle ? "middle" : "end");
    if (t.angle != 0)
      text += attribute("transform",
                        "rotate(" + number(t.angle) + " " + number(t.at.x) + " " + number(t.at.y) + ")");
    return text;
  }
};

std::string_view tag_of(const std::string& element) {
  return std::string_view(element).substr(1, element.find(' ') - 1);
}

void append(std::string& out, const Item& item) {
  const std::string element = std::visit(Drawing{}, item.form);
  std::string inner;
  if (!item.title.empty()) inner += "<title>" + escaped(item.title) + "</title>";
  if (const Text* text = std::get_if<Text>(&item.form)) inner += escaped(text->text);
  out += element;
  if (!item.id.empty()) out += attribute("data-id", escaped(item.id));
  out += inner.empty() ? "/>\n" : ">" + inner + "</" + std::string(tag_of(element)) + ">\n";
}

std::string rules(Theme theme, bool variables) {
  std::string text;
  for (std::size_t i = 0; i < role_count; ++i) {
    const std::string name(names[i]);
    const std::string value = hex(colour(static_cast<Role>(i), theme));
    text +=
        ".chart ." + name + "{color:" + value + (variables ? ";color:var(--chart-" + name + ")" : "") + "}";
  }
  return text;
}

std::string variables(Theme theme) {
  std::string text;
  for (std::size_t i = 0; i < role_count; ++i) {
    text += (i == 0 ? "" : ";") + ("--chart-" + std::string(names[i])) + ":" +
            hex(colour(static_cast<Role>(i), theme));
  }
  return text;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : cleaned(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_style(SvgOptions::Colours colours) {
  // Shapes take the colour of their role by `color`; a reader without CSS variables falls back on the light
  // theme.
  const bool automatic = colours == SvgOptions::Colours::automatic;
  const std::string ground =
      automatic
          ? "var(--chart-background)"
          : hex(colour(Role::background, colours == SvgOptions::Colours::dark ? Theme::dark : Theme::light));
  std::string text =
      ".chart{font-family:system-ui,\"Segoe UI\",\"DejaVu "
      "Sans\",sans-serif;font-variant-numeric:tabular-nums}"
      ".chart *{fill:currentColor}.chart "
      ".l{fill:none;stroke:currentColor;stroke-linejoin:round;stroke-linecap:round}"
      ".chart .b{font-weight:600}.chart text{direction:ltr;unicode-bidi:isolate}"
      ".chart .h,.chart .m{paint-order:stroke;stroke-linejoin:round}"
      ".chart .h{stroke-width:3px}.chart .m{stroke-width:2px}";
  text += ".chart .h,.chart .m{stroke:" +
          hex(colour(Role::background, colours == SvgOptions::Colours::dark ? Theme::dark : Theme::light)) +
          (automatic ? ";stroke:" + ground : "") + "}";
  if (!automatic)
    return text + rules(colours == SvgOptions::Colours::dark ? Theme::dark : Theme::light, false);
  return text + rules(Theme::light, true) + ":root{" + variables(Theme::light) +
         "}@media (prefers-color-scheme:dark){:root{" + variables(Theme::dark) + "}}";
}

std::string svg(const Scene& scene, const SvgOptions& options) {
  std::string prefix;
  for (const char c : options.prefix) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) prefix += c;
  }
  const std::string width = number(scene.width);
  const std::string height = number(scene.height);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\"" +
                    (options.top > 0 ? attribute("y", number(options.top)) : "") + " width=\"" + width +
                    "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height +
                    "\" aria-labelledby=\"" + prefix + "-title " + prefix + "-desc\">\n<title id=\"" +
                    prefix + "-title\">" + escaped(scene.title.empty() ? "Chart" : scene.title) +
                    "</title>\n<desc id=\"" + prefix + "-desc\">" + escaped(scene.description) + "</desc>\n";
  if (options.style) out += "<style>" + svg_style(options.colours) + "</style>\n";
  if (options.ground)
    out += "<rect class=\"background\" width=\"" + width + "\" height=\"" + height + "\"/>\n";
  int clips = 0;
  for (const Group& group : scene.groups) {
    if (group.items.empty()) continue;
    std::string clip;
    if (group.clip) {
      const std::string id = prefix + "-clip" + std::to_string(++clips);
      out += "<clipPath" + attribute("id", id) + "><rect" + attribute("x", number(group.clip->x)) +
             attribute("y", number(group.clip->y)) + attribute("width", number(group.clip->width)) +
             attribute("height", number(group.clip->height)) + "/></clipPath>\n";
      clip = attribute("clip-path", "url(#" + id + ")");
    }
    out += "<g" + clip + ">\n";
    for (const Item& item : group.items) append(out, item);
    out += "</g>\n";
  }
  return out + "</svg>\n";
}

std::string svg_column(const std::vector<Scene>& scenes) {
  double width = 0;
  double height = 0;
  std::string inner;
  int number_of = 0;
  for (const Scene& scene : scenes) {
    inner +=
        svg(scene, {.prefix = "chart" + std::to_string(++number_of), .style = inner.empty(), .top = height});
    width = std::max(width, scene.width);
    height += scene.height;
  }
  if (scenes.size() == 1) return inner;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", number(width)) +
         attribute("height", number(height)) +
         attribute("viewBox", "0 0 " + number(width) + " " + number(height)) + ">\n" + inner + "</svg>\n";
}

}  // namespace assay::chart

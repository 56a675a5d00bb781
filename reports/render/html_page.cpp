// SPDX-License-Identifier: Apache-2.0
#include "reports/render/html_page.h"

#include "reports/chart/palette.h"
#include "reports/chart/svg.h"

namespace assay::reports::html_page {

namespace {

using chart::Role;
using chart::Theme;

/// The page's colours: the charts' own for what they have in common. What is read as text stands out 4.5:1
/// from `page`, `card` and `head` (a test measures it).
std::string variables(Theme theme) {
  const bool light = theme == Theme::light;
  const auto of = [&](Role role) { return chart::hex(chart::colour(role, theme)); };
  return "color-scheme:" + std::string(light ? "light" : "dark") + ";--page:" + of(Role::background) +
         ";--card:" + (light ? "#f6f8fa" : "#1a2028") + ";--head:" + (light ? "#eef1f4" : "#212932") +
         ";--line:" + (light ? "#d8dde3" : "#313a45") + ";--text:" + of(Role::foreground) +
         ";--soft:" + (light ? "#57606a" : "#9aa4b0") + ";--accent:" + of(Role::accent) +
         ";--good:" + (light ? "#006e50" : "#3fd0a0") + ";--bad:" + (light ? "#b02c0a" : "#ff8a66") +
         ";--warn:" + (light ? "#7f5600" : "#e3b341") + ";" +
         // The pictures' variables, for a theme that is chosen by hand.
         [&] {
           const char* const names[] = {"foreground", "muted", "grid", "background", "band", "accent",
                                        "good",       "bad",   "s1",   "s2",         "s3",   "s4",
                                        "s5",         "s6",    "s7",   "s8"};
           std::string text;
           for (std::size_t i = 0; i < chart::role_count; ++i)
             text += "--chart-" + std::string(names[i]) + ":" + of(static_cast<Role>(i)) + ";";
           return text;
         }();
}

constexpr const char* rules = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.55 system-ui,"Segoe UI","Helvetica Neue","DejaVu Sans",sans-serif}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:28px;position:relative}
h1{font-size:27px;line-height:1.25;letter-spacing:-.01em;margin:2px 0 4px;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;margin:48px 0 14px;padding-top:14px;border-top:1px solid var(--line);overflow-wrap:anywhere}
p{margin:10px 0;max-width:78ch;overflow-wrap:anywhere}
a{color:var(--accent)}
.kind{color:var(--soft);font-size:12px;font-weight:600;letter-spacing:.08em;text-transform:uppercase;margin:0}
.about{color:var(--soft);margin:0;max-width:none}
#theme{position:absolute;top:24px;right:24px}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:6px;padding:3px 10px;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav{margin:18px 0 0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:14px}
nav a{text-decoration:none;overflow-wrap:anywhere}
nav a:hover{text-decoration:underline}
.answer{margin:22px 0 0;padding:18px 22px 16px;background:var(--card);border:1px solid var(--line);border-left:5px solid var(--tone,var(--soft));border-radius:8px}
.answer p:first-child{font-size:19px;line-height:1.4;font-weight:600;margin:0;max-width:none}
.answer ul{margin:10px 0 0}
.good{--tone:var(--good)}.bad{--tone:var(--bad)}.warning{--tone:var(--warn)}
p.good,p.bad,p.warning{color:var(--tone)}
.answer p.mark::before,td b::before{content:"\2022";display:inline-block;width:1.1em;color:var(--tone,var(--soft))}
.good p.mark::before,td.good b::before{content:"\2713"}
.bad p.mark::before,td.bad b::before{content:"\2715"}
.warning p.mark::before,td.warning b::before{content:"!";text-indent:.25em}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin:16px 0 0;padding:0}
.figures div{border:1px solid var(--line);border-radius:8px;padding:11px 14px 10px;min-width:0}
dt{color:var(--soft);font-size:13px}
dd{margin:0}
dd.v{font-size:22px;font-weight:600;line-height:1.35;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;color:var(--tone,inherit)}
dd.n{color:var(--soft);font-size:13px}
ul{padding-left:20px;max-width:86ch}
li{margin:4px 0;overflow-wrap:anywhere}
figure{margin:16px 0;overflow-x:auto}
figure svg{display:block;width:100%;height:auto;min-width:620px}
.t{overflow:auto;max-height:78vh;margin:14px 0;border:1px solid var(--line);border-radius:8px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:13.5px;line-height:1.4;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:9px 12px;color:var(--soft);font-size:13px;border-bottom:1px solid var(--line)}
th,td{text-align:left;padding:6px 12px;vertical-align:top;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover>*{background:var(--card)}
tbody th{font-weight:400;min-width:15em}
td{max-width:46em;overflow-wrap:break-word}
thead th{position:sticky;top:0;background:var(--head);font-weight:600;white-space:nowrap;z-index:1}
thead button{all:unset;cursor:pointer}
thead button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
thead button::after{content:"\2195";opacity:.45;padding-left:.35em}
th[aria-sort=ascending] button::after{content:"\2191";opacity:1}
th[aria-sort=descending] button::after{content:"\2193";opacity:1}
.a{color:var(--soft)}
td i{font-size:12px;white-space:nowrap}
td code i{white-space:normal}
.w td i{display:block}
.w td code i{display:inline}
td b{font-weight:600;white-space:nowrap}
td.good,td.bad,td.warning{color:var(--tone)}
i{font-style:normal;color:var(--soft)}
code,pre,.c tbody th{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code,.c tbody th{overflow-wrap:anywhere}
pre{margin:12px 0;padding:12px 14px;background:var(--card);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
.long{display:block;max-height:6em;overflow:auto}
details{margin:14px 0}
summary{cursor:pointer;color:var(--accent);overflow-wrap:anywhere}
.caveats{padding:0;list-style:none}
.caveats li{padding:9px 0 9px 14px;border-left:3px solid var(--warn);margin:8px 0}
.caveats span{display:block;color:var(--soft)}
footer{color:var(--soft);font-size:13px;margin-top:52px;padding-bottom:36px}
@media (max-width:640px){main,header,footer{padding-left:14px;padding-right:14px}td code{overflow-wrap:break-word}h1{font-size:22px}#theme{position:static;margin:10px 0}.answer{padding:14px 15px}}
)css";

constexpr const char* print = R"css(
#theme{display:none}
body{font-size:10pt}
main,header,footer{max-width:none;padding:0}
.t{max-height:none;overflow:visible;border:0}
thead{display:table-header-group}
thead th{position:static}
thead button::after{content:""}
tr,figure,.figures div,.answer,.caveats li{break-inside:avoid}
h2{break-after:avoid}
table{font-size:8.5pt}
th,td{padding:3px 6px}
tbody th{min-width:13em}
td i{display:block}
td code i{display:inline}
caption,thead{break-after:avoid}
figure svg{min-width:0}
.long{max-height:none}
)css";

}  // namespace

std::string style() {
  const std::string light = variables(Theme::light);
  const std::string dark = variables(Theme::dark);
  return chart::svg_style(chart::SvgOptions::Colours::automatic) + ":root{" + light +
         "}@media (prefers-color-scheme:dark){:root{" + dark + "}}:root[data-theme=light]{" + light +
         "}:root[data-theme=dark]{" + dark + "}" + rules +
         "@page{size:A4;margin:14mm}@media print{:root,:root[data-theme]{" + light + "}" + print + "}";
}

const char* const script = R"js(
"use strict";
(() => {
  const page = document.documentElement;
  const themes = ["auto", "light", "dark"];
  let theme = 0;
  const button = document.createElement("button");
  button.id = "theme";
  button.type = "button";
  const show = () => {
    button.textContent = "Colours: " + themes[theme];
    if (theme) page.dataset.theme = themes[theme]; else delete page.dataset.theme;
  };
  button.onclick = () => { theme = (theme + 1) % 3; show(); };
  show();
  document.querySelector("header").append(button);

  const key = (row, i, number) => {
    const cell = row.cells[i];
    if (cell.classList.contains("a") || cell.textContent === "") return null;
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    const value = number ? parseFloat(cell.textContent) : NaN;
    return Number.isNaN(value) ? cell.textContent : value;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), "en", { numeric: true });
  for (const table of document.querySelectorAll("table")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, i) => {
      const sort = document.createElement("button");
      sort.type = "button";
      sort.append(...head.childNodes);
      head.append(sort);
      sort.onclick = () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const number = table.classList.contains("r" + (i + 1));
        const rows = [...body.rows].map((row) => [key(row, i, number), row]);
        rows.sort(([a], [b]) => a === null ? (b === null ? 0 : 1) : b === null ? -1
          : down ? compare(b, a) : compare(a, b));
        body.append(...rows.map(([, row]) => row));
      };
    });
  }
})();
)js";

}  // namespace assay::reports::html_page

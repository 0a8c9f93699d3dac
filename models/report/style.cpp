#include "models/report/style.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "models/report/palette.h"

namespace cairn::report {

namespace {

constexpr std::string_view layout = R"css(
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 4rem;font:1rem/1.5 system-ui,sans-serif;
 background:var(--paper);color:var(--ink)}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.2rem;line-height:1.3;margin:2.5rem 0 .5rem}
h1,h2,p,li,td,th,caption{overflow-wrap:anywhere}
p{margin:.5rem 0;max-width:45rem}
.facts{list-style:none;margin:0;padding:0;color:var(--soft)}
.facts li{display:inline}
.facts li+li::before{content:" \00b7  "}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption,figcaption{text-align:left;color:var(--soft);font-size:.9rem;padding:.25rem 0}
figcaption p{margin:.2rem 0}
th,td{padding:.25rem .75rem;text-align:left;border-bottom:1px solid var(--grid);overflow-wrap:normal}
thead th{border-bottom:2px solid var(--soft)}
tbody th{font-weight:normal}
.number{text-align:right}
td.number{white-space:nowrap}
.emphasized{font-style:italic}
figure{margin:.5rem 0}
.chart{display:block;width:100%;min-width:34rem;max-width:52rem;height:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}
.ticks text{fill:var(--soft)}
.grid{stroke:var(--grid);fill:none}
.frame{stroke:var(--soft);fill:none}
.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.d1{stroke-dasharray:8 4}
.d2{stroke-dasharray:2 3}
.d3{stroke-dasharray:10 3 2 3}
.band{fill:currentColor;fill-opacity:.16}
.dots circle,.dots path:not(.line){fill:currentColor;stroke:var(--paper);stroke-width:.5}
.dots [color]{stroke:var(--ink);stroke-opacity:.45}
.dots path.hollow,.dots circle.hollow{fill:none;stroke:currentColor;stroke-width:1.4}
.none{color:var(--none)}
.legend{list-style:none;margin:.25rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-size:.9rem}
.key{width:28px;height:12px;margin-right:.4rem}
.ramp{font-size:.9rem;display:flex;flex-wrap:wrap;align-items:flex-start;gap:0 .5rem}
.ramp svg{width:340px;height:34px}
section{break-inside:auto}
h2{break-after:avoid}
figure,tr{break-inside:avoid}
@media print{body{max-width:none;padding:0;print-color-adjust:exact}.wide{overflow:visible}.chart{min-width:0}}
)css";

/// Names for one background, and the classes of the palette.
std::string colors(std::string_view names, const std::array<std::string_view, color_count>& palette) {
  std::string result = fmt::format(":root{{{}}}\n", names);
  for (std::size_t i = 0; i < palette.size(); ++i) result += fmt::format(".c{}{{color:{}}}\n", i, palette[i]);
  return result;
}

}  // namespace

std::string style_sheet() {
  const std::string light =
      fmt::format("--paper:{};--ink:#1b2026;--soft:#555e68;--grid:#dfe3e7;--none:#9aa2aa", light_paper);
  const std::string dark =
      fmt::format("--paper:{};--ink:#e8ebee;--soft:#a4adb6;--grid:#333a42;--none:#6d757d", dark_paper);
  std::string result = ":root{color-scheme:light dark}\n" + colors(light, light_colors);
  result += "@media screen and (prefers-color-scheme:dark){\n" + colors(dark, dark_colors) + "}";
  return result.append(layout);
}

}  // namespace cairn::report

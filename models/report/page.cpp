#include "models/report/page.h"

#include <fmt/format.h>

#include "core/error.h"
#include "models/report/markup.h"
#include "models/report/style.h"

namespace cairn {

namespace {

using report::escaped;
using report::text_element;

std::string body_of(const TextBlock& block, std::string_view) {
  std::string result;
  for (const std::string& paragraph : block.paragraphs) result += text_element("p", "", paragraph);
  return result;
}
std::string body_of(const ReportTable& table, std::string_view) { return report::table_html(table); }
std::string body_of(const LineChart& chart, std::string_view id) { return report::line_chart_figure(chart, id); }
std::string body_of(const BarChart& chart, std::string_view id) { return report::bar_chart_figure(chart, id); }
std::string body_of(const Scatter& scatter, std::string_view id) { return report::scatter_figure(scatter, id); }

std::string facts_of(const ReportPage& page) {
  std::string items;
  for (const std::string& fact : page.facts) items += text_element("li", "", fact);
  return items.empty() ? items : fmt::format("<ul class=\"facts\">\n{}</ul>\n", items);
}

}  // namespace

std::string to_html(const ReportPage& page) {
  if (page.title.empty()) throw UsageError("report: expected a title");
  std::string result = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{0}</title>\n<style>\n{1}</style>\n</head>\n<body>\n<header>\n<h1>{0}</h1>\n{2}</header>\n<main>\n",
      escaped(page.title), report::style_sheet(), facts_of(page));
  for (std::size_t i = 0; i < page.parts.size(); ++i) {
    const std::string id = fmt::format("part-{}", i + 1);
    std::visit(
        [&](const auto& part) {
          result += fmt::format("<section id=\"{}\">\n{}{}</section>\n", id, text_element("h2", "", part.heading),
                                body_of(part, id));
        },
        page.parts[i]);
  }
  return result + "</main>\n</body>\n</html>\n";
}

}  // namespace cairn

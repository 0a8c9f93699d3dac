#include "models/report/figure.h"

#include <fmt/format.h>

#include "models/report/axes.h"
#include "models/report/markup.h"
#include "models/report/palette.h"

namespace cairn::report {

std::string figure_html(const Figure& figure) {
  std::string result = "<figure>\n<div class=\"wide\" tabindex=\"0\">\n";
  result +=
      fmt::format("<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {} {}\" aria-labelledby=\"{}-title {}-desc\">\n",
                  drawing_width, figure.height, figure.id, figure.id);
  result += fmt::format("<title id=\"{}-title\">{}</title>\n", figure.id, escaped(figure.title));
  result += fmt::format("<desc id=\"{}-desc\">{}</desc>\n", figure.id, escaped(figure.description));
  result += figure.drawing + "</svg>\n</div>\n" + figure.legend;
  if (!figure.caption.empty() || !figure.notes.empty()) {
    result += "<figcaption>\n" + text_element("p", "", figure.caption);
    for (const std::string& note : figure.notes) result += text_element("p", "note", note);
    result += "</figcaption>\n";
  }
  return result + "</figure>\n";
}

std::string legend_item(std::string_view key_class, std::string_view key, std::string_view name) {
  return fmt::format("<li><svg class=\"key {}\" viewBox=\"0 0 28 12\" aria-hidden=\"true\">{}</svg>{}</li>\n",
                     key_class, key, escaped(name));
}

std::string legend_list(std::string_view items) {
  return items.empty() ? std::string() : fmt::format("<ul class=\"legend\">\n{}</ul>\n", items);
}

std::string color_class(std::size_t i) { return fmt::format("c{}", i % color_count); }

}  // namespace cairn::report

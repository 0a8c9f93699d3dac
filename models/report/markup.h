#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::report {

/// Text as it may stand between tags and in quoted attributes: & < > " ' become entities. What a page must not hold
/// (control characters other than tab and line breaks, bytes that are not UTF-8, noncharacters) becomes U+FFFD, a
/// character each, so that a reader sees that something stood there.
std::string escaped(std::string_view text);

/// <tag class="...">text</tag> with the text escaped; nothing at all for an empty text. An empty class is left out.
std::string text_element(std::string_view tag, std::string_view css_class, std::string_view text);

/// A number for reading, `digits` significant ones: "0.8164", "1.5e-7", "nan"; never "-0".
std::string number_text(double value, int digits = 4);

/// A length or place in the units of a drawing, rounded to a tenth: "12.5", "12".
std::string pixels(double value);

/// "1 point", "2 points".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace cairn::report

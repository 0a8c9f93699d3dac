#pragma once

#include <string>

namespace cairn::report {

/// The page's CSS: layout, colors for light and dark, print. Holds neither & nor <, so that it may stand in any page.
std::string style_sheet();

}  // namespace cairn::report

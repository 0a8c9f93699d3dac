#pragma once

#include <cstddef>

namespace cairn {

/// Asks the system for large pages under memory that is about to be written for the first time: a table of 30 MB costs
/// thousands of page faults otherwise, more time than the search that fills it. Does nothing where there are none.
void advise_large_pages(void* memory, std::size_t bytes);

}  // namespace cairn

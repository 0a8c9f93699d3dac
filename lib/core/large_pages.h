#pragma once

#include <cstddef>

namespace cairn {

/// Asks the system for large pages under memory that is about to be written for the first time: a table of 30 MB costs
/// thousands of page faults otherwise, more time than the search that fills it. Does nothing where there are none.
void advise_large_pages(void* memory, std::size_t bytes);

/// Gives the system back what lies under memory that will be freed, or written anew, before it is read again: its
/// values are lost. Where a table is moved into another one piece by piece, both are never there as a whole.
void release_pages(void* memory, std::size_t bytes);

}  // namespace cairn

#pragma once

namespace cairn::support {

// Where tests find what is not compiled in. One file knows the paths of this checkout, so that all others compile to
// the same objects in any checkout, which a compiler cache then shares.

/// The folder tests/.
const char* tests_folder();
/// The folder of real datasets; tests that need one skip without.
const char* shared_data();
/// The program, as it was built here.
const char* cairn_program();

}  // namespace cairn::support

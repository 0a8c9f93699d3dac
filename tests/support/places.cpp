#include "support/places.h"

namespace cairn::support {

const char* tests_folder() { return CAIRN_TEST_DIR; }
const char* shared_data() { return CAIRN_SHARED_DATA; }
const char* cairn_program() { return CAIRN_EXECUTABLE; }

}  // namespace cairn::support

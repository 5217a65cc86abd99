#include "hog_system.h"

#include "flow_facts.h"

void hog_main(void);

void hog_main(void) {
  FOREVER {
  }
}

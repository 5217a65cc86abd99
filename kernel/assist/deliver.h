/* Exceptions that nothing here can raise, made by hand. */
#ifndef DELIVER_H
#define DELIVER_H

#include <stdint.h>

/* Pushes what the processor pushes, an error code of 0 included if there is one, and enters the vector's code. */
_Noreturn void deliver_exception(uint32_t vector, uint32_t has_error_code);

#endif

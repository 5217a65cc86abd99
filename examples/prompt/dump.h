/* The command `mem ADDR [LEN]`: memory in hexadecimal and as text. */
#ifndef DUMP_H
#define DUMP_H

#include "words.h"

/* words: the command, an address, perhaps a length. */
void dump(const struct words *words);

#endif

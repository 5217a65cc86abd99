/* The task behind the prompt on the serial line. */
#ifndef CONSOLE_H
#define CONSOLE_H

void console_main(void);

#endif

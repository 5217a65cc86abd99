/* What the prompt understands. */
#ifndef COMMANDS_H
#define COMMANDS_H

/* Carries out one line, or says why not. An empty line does nothing. */
void run_command(const char *line);

#endif

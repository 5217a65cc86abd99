/* What is told to the console: words of a message. */
#ifndef REPORT_H
#define REPORT_H

/* The first word: what the others are. */
enum {
  REPORT_MOTOR,   /* turns a minute, and mA */
  REPORT_RESTART, /* the how manieth, of the fan's driver */
};

#endif

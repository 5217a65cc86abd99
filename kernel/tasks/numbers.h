/* Who is who in this system: the processes' numbers, and what their capabilities' slots hold. */
#ifndef NUMBERS_H
#define NUMBERS_H

enum { NUMBER_IDLE, NUMBER_CONSOLE, NUMBER_COUNT_A, NUMBER_COUNT_B, NUMBER_UART, NUMBER_FAULTS, NUMBERS };

/* The console's. */
enum {
  CONSOLE_INPUT,
  CONSOLE_IDLE,
  CONSOLE_ITSELF,
  CONSOLE_COUNT_A,
  CONSOLE_COUNT_B,
  CONSOLE_UART,
  CONSOLE_FAULTS,
  CONSOLE_SLOTS,
};

/* Where services/input.c looks. */
enum { INPUT_CHANNEL = CONSOLE_INPUT };

/* The UART driver's. */
enum { UART_LINE, UART_INTERRUPTS, UART_OUTPUT, UART_SLOTS };

/* The fault handler's. */
enum { FAULTS_CHANNEL, FAULTS_CONSOLE, FAULTS_COUNT_A, FAULTS_COUNT_B, FAULTS_SLOTS };

#endif

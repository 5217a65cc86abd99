/* Who is who in this system: the processes' numbers, and what their capabilities' slots hold. */
#ifndef NUMBERS_H
#define NUMBERS_H

enum { NUMBER_IDLE, NUMBER_MISBEHAVE, NUMBER_VICTIM, NUMBER_UART, NUMBER_FAULTS, NUMBERS };

enum { MISBEHAVE_INPUT, MISBEHAVE_VICTIM, MISBEHAVE_SLOTS };
enum { UART_LINE, UART_INTERRUPTS, UART_OUTPUT, UART_SLOTS };
enum { FAULTS_CHANNEL, FAULTS_MISBEHAVE, FAULTS_VICTIM, FAULTS_SLOTS };

/* Where services/input.c looks. */
enum { INPUT_CHANNEL = MISBEHAVE_INPUT };

#endif

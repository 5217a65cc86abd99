/* What short_calls.S knows of the tables of processes, tasks and capabilities; rendezvous.c compares it with them. */
#ifndef SHORT_CALLS_H
#define SHORT_CALLS_H

/* struct process */
#define SHORT_PROCESS_TASK 64
#define SHORT_PROCESS_STATE 72
#define SHORT_PROCESS_WAIT 73
#define SHORT_PROCESS_WAITS_FOR 74
#define SHORT_PROCESS_SERVES 75
#define SHORT_PROCESS_NEWEST_LOCK 76
#define SHORT_PROCESS_ACCEPTS_CALLS 77
#define SHORT_PROCESS_LENT 78
#define SHORT_PROCESS_NOTIFICATIONS 80
#define SHORT_PROCESS_AWAITED 84

/* Its state and what it waits for, in one word. */
#define SHORT_WAITS_FOR_EVENTS 0x0603
#define SHORT_SERVES 0x0004
#define SHORT_STATE_SERVING 4
#define SHORT_WAIT_NOTHING 0
#define SHORT_WAIT_REPLY 3
#define SHORT_NOBODY 0
#define SHORT_NO_LOCK 255

/* struct system_task */
#define SHORT_TASK_SLOTS 56
#define SHORT_TASK_SLOTS_FIRST 58

/* struct capability, whose size is that many times four; the kind and how many copies it is from the original, in one word. */
#define SHORT_CAPABILITY_WORDS 5
#define SHORT_CAPABILITY_INDEX 2
#define SHORT_CAPABILITY_RIGHTS 4
#define SHORT_ORIGINAL_OF_PROCESS 4
#define SHORT_RIGHT_CALL 0x400

#endif

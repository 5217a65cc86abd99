/* For C and assembly: the vectors of the tasks' calls. */
#ifndef SOFTWARE_H
#define SOFTWARE_H

#define SEND_VECTOR 0x2C
#define RECEIVE_VECTOR 0x2D
#define FINISH_VECTOR 0x2E

#endif

// What an example's task is linked with to print: the UART's ports are its own.

export const printing = ["kernel/freestanding/print.c", "kernel/freestanding/serial.c"] as const;

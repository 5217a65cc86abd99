// Loading and saving a case's registers: the same steps on the host processor and on the core.
#define IN(word) (INPUT + 4 * (word))
#define OUT(word) (OUTPUT + 4 * (word))

// In: ebx, the slot. Ends in the case's first instruction.
  .macro load_state
  movl %ebx, current_slot
  movl $STARTED, OUT(WORD_PROGRESS)(%ebx)
  movl IN(WORD_ENTRY)(%ebx), %eax
  movl %eax, entry
  leal IN(WORD_EFLAGS)(%ebx), %esp
  popfl
  movl IN(0)(%ebx), %eax
  movl IN(1)(%ebx), %ecx
  movl IN(2)(%ebx), %edx
  movl IN(4)(%ebx), %esp
  movl IN(5)(%ebx), %ebp
  movl IN(6)(%ebx), %esi
  movl IN(7)(%ebx), %edi
  movl IN(3)(%ebx), %ebx
  jmp *entry
  .endm

// The registers as the case left them; out: eax, the slot. Flags and ecx's new value are the caller's business.
  .macro save_registers
  movl %eax, saved_eax
  movl current_slot, %eax
  movl %ecx, OUT(1)(%eax)
  movl %edx, OUT(2)(%eax)
  movl %ebx, OUT(3)(%eax)
  movl %esp, OUT(4)(%eax)
  movl %ebp, OUT(5)(%eax)
  movl %esi, OUT(6)(%eax)
  movl %edi, OUT(7)(%eax)
  movl saved_eax, %ecx
  movl %ecx, OUT(0)(%eax)
  .endm

// The end of a case without a fault; in: eax, the slot, and flags still the case's.
  .macro save_end stack
  movl \stack, %esp
  pushfl
  popl %ecx
  movl %ecx, OUT(WORD_EFLAGS)(%eax)
  movl $VECTOR_NONE, OUT(WORD_VECTOR)(%eax)
  movl $FINISHED, OUT(WORD_PROGRESS)(%eax)
  .endm

// Entering a case with segments of its own, from flat segments in ring 3: the same steps on the host processor and on
// the core. (IRET would not do: to a 16-bit stack it restores only half of ESP.)
#define IN(word) (INPUT + 4 * (word))
#define OUT(word) (OUTPUT + 4 * (word))

// In: ebx, the slot. `entry` is room for a far pointer. Ends in the case's first instruction.
  .macro enter_case entry
  movl $STARTED, OUT(WORD_PROGRESS)(%ebx)
  movl IN(WORD_EIP)(%ebx), %eax
  movl %eax, \entry
  movl IN(WORD_CS)(%ebx), %eax
  movl %eax, \entry+4
  leal IN(WORD_EFLAGS)(%ebx), %esp
  popfl
  movw IN(WORD_ES)(%ebx), %es
  movw IN(WORD_FS)(%ebx), %fs
  movw IN(WORD_GS)(%ebx), %gs
  movl IN(0)(%ebx), %eax
  movl IN(1)(%ebx), %ecx
  movl IN(2)(%ebx), %edx
  movl IN(5)(%ebx), %ebp
  movl IN(6)(%ebx), %esi
  movl IN(7)(%ebx), %edi
  movw IN(WORD_SS)(%ebx), %ss
  movl IN(4)(%ebx), %esp
  movw IN(WORD_DS)(%ebx), %ds
  movl %cs:IN(3)(%ebx), %ebx
  ljmpl *%cs:\entry
  .endm

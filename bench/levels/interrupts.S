# What interrupts break in on, without end: in each ring first what compilers make, then what is rarer and takes longer,
# part by part at the places that interrupts.ts knows. Interrupts are on everywhere but in the handler, which is below;
# what turns them off itself, SYSENTER and interrupt gates, is left out, and so are task switches.

#include "tables.S"
  .set vector, 0x20
  .set again, 0x2F
  .set service, 0x30
  .set data, 0x18000

  .text
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

begin:
  cli
  enter_ring_0
  define_gate vector, handler, interrupt_gate
  define_gate again, begin_again, trap_gate_for_ring_3
  define_gate service, serve, trap_gate_for_ring_3
  sti
  jmp compiled_0

  tables

  .org HANDLER - first
handler:
  pushl %eax
  popl %eax
  iretl

  .macro compiled
  movl $data, %ebx
  movl $11, %ecx
1:
  movl (%ebx), %eax
  addl %ecx, %eax
  movl %eax, 4(%ebx)
  leal 3(%eax,%ecx,4), %esi
  imull %esi, %eax
  shll $3, %eax
  sarl %cl, %esi
  xorl %eax, %esi
  addl %esi, 8(%ebx)
  movzbl 9(%ebx), %edx
  movsbl 10(%ebx), %edi
  cmpl %edx, %edi
  jg 2f
  incl 12(%ebx)
2:
  pushl %ecx
  pushl 4(%ebx)
  call 5f
  popl %eax
  popl %ecx
  testb $1, %cl
  jz 3f
  movl $0x12345678, 16(%ebx)
  cltd
  movl $7, %esi
  idivl %esi
  movl 8(%ebx), %eax
  xorl %edx, %edx
  divl %esi
  mull %esi
3:
  sete %al
  adcl $0, 20(%ebx)
  decl %ecx
  jnz 1b
  movl %ebx, %esi
  leal 64(%ebx), %edi
  movl $9, %ecx
  rep movsl
  leal 64(%ebx), %edi
  xorl %eax, %eax
  movl $13, %ecx
  rep stosb
  jmp 6f
5:
  pushl %ebp
  movl %esp, %ebp
  movl 8(%ebp), %eax
  leave
  ret
6:
  .endm

  .macro rare code_segment:req
  movl $data, %ebx
  pushal
  popal
  movl $0x01234567, %eax
  xaddl %eax, 4(%ebx)
  lock cmpxchg8b 8(%ebx)
  bswap %eax
  bsfl %eax, %ecx
  bsrl %eax, %ecx
  btsl %ecx, 24(%ebx)
  shldl $5, %eax, 28(%ebx)
  rcll $17, %eax
  rcrl $9, 28(%ebx)
  enter $16, $0
  leave
  movl $data+240, %ebp
  enter $16, $3
  leave
  movl $data+240, %ebp
  enter $16, $31
  leave
  movw $5, %ax
  aam
  aad
  daa
  aas
  xlatb
  movl $0, (%ebx)
  movl $2, 4(%ebx)
  movl $1, %eax
  bound %eax, (%ebx)
  xorl %edx, %edx
  movl $99, %eax
  movl $3, %ecx
  lock incl 32(%ebx)
  divw %cx
  movw $77, %ax
  divb %cl
  movl $-1000000, %eax
  cltd
  idivl %ecx
  cmovzl 4(%ebx), %eax
  cmpxchgl %ecx, 36(%ebx)
  xchgl %eax, 40(%ebx)
  movl %ebx, %esi
  leal 32(%ebx), %edi
  movl $5, %ecx
  repe cmpsb
  movl $6, %ecx
  repne scasw
  movl $4, %ecx
  rep lodsl
  xorl %eax, %eax
  cpuid
  rdtsc
  movl $data, %ebx
  movl $data_3, %eax
  movw %ax, %es
  pushl %es
  popl %es
  movl %ebx, 48(%ebx)
  movw %ax, 52(%ebx)
  les 48(%ebx), %esi
  lfs 48(%ebx), %esi
  lar %eax, %ecx
  lsl %eax, %ecx
  verr %ax
  verw %ax
  arpl %ax, %cx
  sgdt 56(%ebx)
  sldt %eax
  str %eax
  smsw %eax
  lcall $\code_segment, $2f
  ljmp $\code_segment, $1f
1:
  pushl $\code_segment
  pushl $1f
  lret
1:
  pushfl
  popfl
  pushfl
  pushl $\code_segment
  pushl $1f
  iretl
2:
  nop
  lret
1:
  .endm

  .org COMPILED_0 - first
compiled_0:
  compiled
  jmp rare_0

  .org RARE_0 - first
rare_0:
  rare code_0
  movl $data_0, %eax
  movw %ax, %ss
  nop
  pushl %ss
  popl %ss
  nop
  sti
  nop
  movl %cr0, %eax
  movl %eax, %cr0
  movl %cr3, %eax
  movl %eax, %cr3
  movl %dr7, %eax
  movl %eax, %dr7
  clts
  invlpg (%ebx)
  wbinvd
  lgdt table_register
  lidt interrupts_register
  xorl %eax, %eax
  lldt %ax
  movl $0x174, %ecx
  xorl %edx, %edx
  movl $code_0, %eax
  wrmsr
  rdmsr
  outb %al, $0x80
  inb $0x80, %al
  inl $0x82, %eax
  movl $0x80, %edx
  movl %ebx, %esi
  movl $3, %ecx
  rep outsb
  int $service
  enter_ring_3 compiled_3

# Reached from ring 3
serve:
  nop
  iretl
called:
  nop
  lret
begin_again:
  movl $stack_0, %esp
  jmp compiled_0

  .org COMPILED_3 - first
compiled_3:
  compiled
  jmp rare_3

  .org RARE_3 - first
rare_3:
  rare code_3
  movl $data_3, %eax
  movw %ax, %ss
  nop
  int $service
  nop
  lcall $gate_call, $0
  nop
  int $again
image_end:

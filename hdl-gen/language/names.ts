// Names that Verilog and SystemVerilog keep for themselves, and those the emitter uses.
const VERILOG = `always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default
  defparam design disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify
  endtable endtask event for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial
  inout input instance integer join large liblist library localparam macromodule medium module nand negedge nmos nor
  noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 pulldown pullup
  pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1
  scalared showcancelled signed small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0
  tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor`;
const SYSTEM_VERILOG = `accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit break
  byte chandle checker class clocking const constraint context continue cover covergroup coverpoint cross dist do
  endchecker endclass endclocking endgroup endinterface endpackage endprogram endproperty endsequence enum eventually
  expect export extends extern final first_match foreach forkjoin global iff ignore_bins illegal_bins implements implies
  import inside int interconnect interface intersect join_any join_none let local logic longint matches modport nettype
  new nexttime null package packed priority program property protected pure rand randc randcase randsequence ref
  reject_on restrict return s_always s_eventually s_nexttime s_until s_until_with sequence shortint shortreal soft solve
  static string strong struct super sync_accept_on sync_reject_on tagged this throughout timeprecision timeunit type
  typedef union unique unique0 until until_with untyped var virtual void wait_order weak wildcard with within`;

/** Words of C++ and SystemC that Verilator's models cannot have as ports of the top module. */
const CPP = `abort alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bit_vector bitand bitor bool
  catch cdecl char char16_t char32_t compl complex concept const_cast const_iterator constexpr decltype delete deque double
  dynamic_cast explicit false far float friend goto huge inline interrupt iterator list long map mutable namespace near
  noexcept not_eq nullptr operator or_eq override pascal queue reference requires sc_clock sc_in sc_inout sc_out sc_signal
  sensitive sensitive_neg sensitive_pos set short sizeof stack static_assert static_cast switch synchronized template
  thread_local throw transaction_safe transaction_safe_dynamic true try type_info typeid typename uint32_t vector volatile
  wchar_t xor_eq`;

export const CPP_WORDS: ReadonlySet<string> = new Set(CPP.split(/\s+/));
export const KEYWORDS: ReadonlySet<string> = new Set(`${VERILOG} ${SYSTEM_VERILOG}`.split(/\s+/));

/** The clock, the reset, and the wire that reads what `m.unused` names. */
export const RESERVED: ReadonlySet<string> = new Set(["clk", "rst", "unused"]);

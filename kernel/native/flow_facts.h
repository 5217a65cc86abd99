/* On the host nobody asks how often a loop runs. The kernel's own is kernel/freestanding/flow_facts.h. */
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

#define BOUNDED_LOOP(bound, ...) __VA_ARGS__

#endif

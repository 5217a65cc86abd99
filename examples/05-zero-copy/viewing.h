/* What painter and viewer agree on. */
#ifndef VIEWING_H
#define VIEWING_H

/* The viewer's slot for what it is lent or granted: it has no other. */
enum { VIEWED_SLOT = 0 };

/* The largest picture. */
enum { PIXELS_MAX = 2048 };

#endif

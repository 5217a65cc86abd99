/* Where the parts of struct tournament lie, for the assembler. The keys come first. */
#ifndef TOURNAMENT_LAYOUT_H
#define TOURNAMENT_LAYOUT_H

#define TOURNAMENT_WINNER 2048
#define TOURNAMENT_OF_GROUP 2560
#define TOURNAMENT_OPEN 2568

/* Groups are nodes 8 to 15. */
#define TOURNAMENT_OF_GROUP_NODE (TOURNAMENT_OF_GROUP - 8)

#endif

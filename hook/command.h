/* The subcommands. */
#ifndef EG_COMMAND_H
#define EG_COMMAND_H
#endif

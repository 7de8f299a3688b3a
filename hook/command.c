#include "command.h"

typedef int eg_nothing_yet;

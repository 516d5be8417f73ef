/* Linux headers that Swift's Glibc module leaves out; timex is for the tests, which nudge the clock. */
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/timex.h>

#pragma once

/// Blocks that this process has asked the system for so far.
unsigned long allocation_count(void);

"""Access: a token -> who calls and what they may do; denied by default."""

"""One polite, guarded HTTP exchange: guard, transport, throttle, robots, deadlines."""

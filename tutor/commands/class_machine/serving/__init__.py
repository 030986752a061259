"""Sessions from one warm process: who gets one, what it becomes, what is loaded before. docs/class-machine.md"""

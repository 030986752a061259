"""Questions and goals: parse answers, compute the right ones, recognise known mistakes."""

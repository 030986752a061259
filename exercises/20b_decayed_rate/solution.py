def decayed_rate(step, initial, decay_steps, decay_rate, staircase):
    exponent = step // decay_steps if staircase else step / decay_steps
    return initial * decay_rate**exponent

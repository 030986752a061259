import numpy as np


def adam_step(w, m, v, g, t, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new_m = beta_1 * m + (1 - beta_1) * g
    new_v = beta_2 * v + (1 - beta_2) * g**2
    m_hat = new_m / (1 - beta_1**t)
    v_hat = new_v / (1 - beta_2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), new_m, new_v

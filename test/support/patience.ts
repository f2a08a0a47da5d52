/**
 * How long a test waits for what takes a moment. Several processes share the machine, which may stand still for seconds, and
 * that makes nothing wrong: the limit is for what never comes. Whoever waits for what comes loses no time by it.
 */
export const PATIENCE = { timeout: 60_000, interval: 50 }

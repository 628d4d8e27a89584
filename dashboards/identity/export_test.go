package identity

// MostAtOnce is how many sign-ins ask the provider at the same time.
const MostAtOnce = mostAtOnce

//! Alerts on their way to a ticketing product.

mod dead;
mod lines;
mod once;
mod outages;
mod refusals;
mod silences;
mod throttling;

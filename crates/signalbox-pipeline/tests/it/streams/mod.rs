//! Events on their way to streaming destinations.

mod failures;
mod order;

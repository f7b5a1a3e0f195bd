//! Events on their way to streaming destinations.

mod dead;
mod failures;
mod order;
mod replay;

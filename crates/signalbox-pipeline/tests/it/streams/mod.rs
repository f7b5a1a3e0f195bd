//! Events on their way to streaming destinations.

mod confirmations;
mod damage;
mod dead;
mod failures;
mod order;
mod replay;
mod shared;

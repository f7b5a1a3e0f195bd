//! The example of the documentation works as it says.

use super::*;

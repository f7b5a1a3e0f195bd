//! Every decoder of the SDK under random bytes, and under bytes that look like its format: it ends, gives
//! out no more than it was given, and reads what the encoder wrote.

mod formats;
mod frames;
mod http;
mod json;

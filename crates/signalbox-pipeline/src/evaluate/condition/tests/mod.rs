//! The language as a whole, from the text to the answer.

mod documentation;
mod meaning;
mod mistakes;
mod normal_form;
mod sample;

//! What reads cost: which index each walks, and that no list of lengths makes a new statement text. Both databases, seeded with
//! some thousand orders of one tenant beside a small one.

mod plan;
mod plans;
mod reads;
mod seed;
mod test_db;
mod texts;

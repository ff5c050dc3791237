//! The table of roles and permissions, written once more, cell by cell.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_tenancy::{Permission, PermissionSet, Role};

/// viewer, member, admin, owner, key
const TABLE: [(&str, [u8; 5]); 24] = [
    ("orders:read", [1, 1, 1, 1, 1]),
    ("customers:read", [1, 1, 1, 1, 1]),
    ("events:read", [1, 1, 1, 1, 1]),
    ("usage:read", [1, 1, 1, 1, 1]),
    ("tenant:read", [1, 1, 1, 1, 1]),
    ("orders:write", [0, 1, 1, 1, 1]),
    ("customers:write", [0, 1, 1, 1, 1]),
    ("orders:process", [0, 1, 1, 1, 1]),
    ("orders:cancel", [0, 1, 1, 1, 1]),
    ("exports:read", [0, 1, 1, 1, 1]),
    ("exports:write", [0, 1, 1, 1, 1]),
    ("orders:cancel_processing", [0, 0, 1, 1, 0]),
    ("webhooks:read", [0, 1, 1, 1, 1]),
    ("webhooks:write", [0, 0, 1, 1, 1]),
    ("audit:read", [0, 0, 1, 1, 1]),
    ("users:read", [0, 0, 1, 1, 0]),
    ("users:write", [0, 0, 1, 1, 0]),
    ("api_keys:read", [0, 0, 1, 1, 0]),
    ("api_keys:write", [0, 0, 1, 1, 0]),
    ("customers:anonymise", [0, 0, 1, 1, 0]),
    ("tenant:write", [0, 0, 1, 1, 0]),
    ("tenant:manage", [0, 0, 0, 1, 0]),
    ("platform:read", [0, 0, 0, 0, 0]),
    ("platform:write", [0, 0, 0, 0, 0]),
];

#[test]
fn every_cell_of_the_table() {
    assert_eq!(Permission::TEXTS.len(), TABLE.len());
    for (text, row) in TABLE {
        let permission = Permission::parse(text).unwrap();
        for (role, cell) in Role::ALL.into_iter().zip(row) {
            assert_eq!(role.permissions().contains(permission), cell == 1, "{role} {text}");
        }
        assert_eq!(PermissionSet::grantable_to_keys().contains(permission), row[4] == 1, "key {text}");
    }
}

#[test]
fn a_higher_role_holds_all_of_a_lower_one() {
    for pair in Role::ALL.windows(2) {
        assert!(pair[0] < pair[1]);
        assert!(pair[0].permissions().is_subset(pair[1].permissions()), "{pair:?}");
        assert!(pair[0].permissions().len() < pair[1].permissions().len(), "{pair:?}");
    }
}

#[test]
fn names_are_read_back() {
    for (role, text) in Role::ALL.into_iter().zip(Role::TEXTS) {
        assert_eq!((Role::parse(text), role.to_string().as_str()), (Ok(role), *text));
    }
    for bad in ["", "Owner", "operator", "owner "] {
        assert!(Role::parse(bad).is_err(), "{bad}");
    }
}

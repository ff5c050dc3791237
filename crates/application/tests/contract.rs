//! The contract of the adapters on the memory store, and that no case of it is forgotten.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use orderbase_application::testing::MemoryHarness;

orderbase_application::contract_tests!(MemoryHarness);

/// A case that the macro does not name would be judged by nobody.
#[test]
fn every_case_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/contract");
    let list = fs::read_to_string(folder.join("mod.rs")).unwrap();
    let mut suites = 0;
    for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let suite = file.file_stem().unwrap().to_str().unwrap();
        let source = fs::read_to_string(&file).unwrap();
        let written: BTreeSet<_> =
            source.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next()).collect();
        if written.is_empty() {
            continue;
        }
        suites += 1;
        let block = list.split(&format!("@suite $harness, {suite}, [")).nth(1).expect(suite);
        let named: BTreeSet<_> =
            block.split(']').next().unwrap().split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        assert_eq!(named, written, "contract_tests! and {suite}.rs name different cases");
    }
    assert_eq!(suites, 15);
}

#[tokio::test]
async fn rates() {
    let world = orderbase_application::testing::World::new();
    world.rates.count();
    let ids = Cell::new(0_u128);
    orderbase_application::testing::rates::contract::all(&*world.rates, || {
        ids.set(ids.get() + (1 << 32));
        uuid::Uuid::from_u128(ids.get())
    })
    .await;
}

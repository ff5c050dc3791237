//! Everything that a database holds, column by column: what a dump of it would show.

use std::collections::BTreeSet;

use orderbase_infrastructure::sql::SqlDb;
use orderbase_migrations::{CLASSES, Class, Eraser, class_of};

use super::{is_postgres, rows};

/// Names of columns, `table.column`.
pub type Columns = BTreeSet<String>;

/// Every value of every column of every tenant, as text.
pub struct Dump(Vec<(String, String)>);

impl Dump {
    /// Of the tables that the catalogue names.
    pub async fn of(db: &SqlDb) -> Self {
        let catalogue = match is_postgres(db) {
            true => {
                "SELECT table_name::text, column_name::text, CASE data_type WHEN 'bytea' THEN '' ELSE '::text' END \
                 FROM information_schema.columns WHERE table_schema = 'public'"
            }
            false => {
                "SELECT m.name, c.name, '' FROM sqlite_schema m, pragma_table_xinfo(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
            }
        };
        let mut selects = Vec::new();
        for row in rows(db, catalogue).await {
            let [table, column, cast]: [String; 3] = [0, 1, 2].map(|at| row.try_get_by_index(at).unwrap());
            let bytes = match (is_postgres(db), cast.is_empty()) {
                (true, true) => column.clone(),
                (true, false) => format!("convert_to({column}{cast}, 'UTF8')"),
                (false, _) => format!("CAST({column} AS BLOB)"),
            };
            selects.push(format!("SELECT '{table}.{column}', {bytes} FROM {table} WHERE {column} IS NOT NULL"));
        }
        let cells = rows(db, &selects.join(" UNION ALL ")).await;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self(
            cells
                .iter()
                .map(|row| (row.try_get_by_index(0).unwrap(), text(row.try_get_by_index(1).unwrap())))
                .collect(),
        )
    }

    /// The columns in which one of the texts stands.
    pub fn columns_with<T: AsRef<str>>(&self, texts: &[T]) -> Columns {
        let with = self.0.iter().filter(|(_, value)| texts.iter().any(|text| value.contains(text.as_ref())));
        with.map(|(column, _)| column.clone()).collect()
    }

    /// The columns in which anything stands.
    pub fn columns(&self) -> Columns {
        self.0.iter().map(|(column, _)| column.clone()).collect()
    }
}

/// The columns from which this eraser takes something, by the table of classes.
pub fn erased_by(eraser: Eraser) -> Columns {
    let own = CLASSES.iter().filter(|(_, _, class)| matches!(class, Class::Personal(by) if by.contains(&eraser)));
    own.map(|(table, column, _)| format!("{table}.{column}")).collect()
}

/// The class of a column that holds text.
pub fn class(column: &str) -> Class {
    let (table, name) = column.split_once('.').unwrap();
    class_of(table, name).unwrap_or_else(|| panic!("{column} holds text and has no class"))
}

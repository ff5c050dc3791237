//! A page of customers.

use orderbase_application::views::CustomerView;

use super::body::CustomerBody;
use crate::dto::page::list_body;
use crate::dto::shown::Rows;
use crate::respond::Body;

type CustomerRows<'a> = Rows<'a, CustomerView, CustomerBody<'a>>;

list_body! {
    /// A page of customers.
    CustomerListBody as CustomerList, rows CustomerRows as CustomerBody of CustomerView, total
}

impl Body for CustomerListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + self.data.rows.iter().map(CustomerBody::size_of).sum::<usize>()
    }
}

"""The only step that touches the network: pages in, evidence and one outcome a page out."""

public import TelemetryStore

extension SegmentStore {
    public func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable {
        let observe = observe
        let cancellation = SQLContext.Cancellation()
        let result = await withTaskCancellationHandler {
            do throws(StoreError) {
                return Result<SQLTable, StoreError>.success(
                    try await self.query { blocks throws(StoreError) in
                        let context = SQLContext(blocks, timeout: query.timeout, cancellation) { observe(.damaged($0)) }
                        context.attributes = try context.attributes(namedIn: query.text)
                        let table = try SQLConnection(context).table(query)
                        observe(.queried(groupsRead: context.groupsRead))
                        return table
                    })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }
}

extension SQLContext {
    /// The attributes that a statement names.
    fileprivate func attributes(namedIn statement: String) throws(StoreError) -> [String] {
        guard statement.utf8.count <= Limits.sqlStatementBytesMax else {
            throw StoreError(
                .invalid,
                "cannot answer this statement: it has \(statement.utf8.count) bytes; it may have \(Limits.sqlStatementBytesMax)"
            )
        }
        let names = try AttributeNames.named(in: statement, columns: SQLTables.reservedNames, isKnown: known)
        guard names.count <= Limits.sqlAttributeColumnsMax else {
            throw StoreError(
                .invalid,
                "cannot answer this statement: it names \(names.count) attributes; it may name \(Limits.sqlAttributeColumnsMax)"
            )
        }
        return names
    }

    /// Which of some keys any record or resource has.
    private func known(_ keys: [String]) throws(StoreError) -> Set<String> {
        var unknown = Set(keys)
        var known: Set<String> = []
        for place in blocks.indices where !unknown.isEmpty {
            try check()
            do throws(StoreError) {
                let block = try self.block(place)
                for column in block.attributeColumns where column.owner == .record {
                    known.insert(String(decoding: block.names.array(Int(column.name)), as: UTF8.self))
                }
                for key in unknown where block.origins.contains(where: { $0.has(key) }) { known.insert(key) }
            } catch {
                damaged(error)
            }
            unknown.subtract(known)
        }
        return known
    }
}
